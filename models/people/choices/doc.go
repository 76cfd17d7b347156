// Package choices stores what each account of the staff chose about the look and
// feel of the desk. A choice has no effect on rights or on what others see.
package choices
