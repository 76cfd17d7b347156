package people

// Rows are all row types of the package.
var Rows = []any{User{}, Address{}, Session{}, failures{}, knownNetwork{}, recoveryCode{}, Ban{}, HeldWish{}}
