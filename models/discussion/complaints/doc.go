// Package complaints changes the rows of appeals and reports, where a change of a
// comment ends or opens them again, or removes their texts. Package discussion calls it within the transaction of that
// change; package appeals has the rest.
//
//	appeals.go  ending and opening appeals
//	forget.go   removing the texts of appeals and reports
package complaints
