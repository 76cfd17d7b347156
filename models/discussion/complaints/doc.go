// Package complaints changes the rows of appeals, where a change of a comment
// ends or opens them again. Package discussion calls it within the transaction of that
// change; package appeals has the rest.
package complaints
