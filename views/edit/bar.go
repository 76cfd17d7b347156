package edit

// inBar is how many moves the bar has: three fit in one line on a phone.
const inBar = 3

// FirstMoves returns the moves in the bar that is always in view.
func (s Story) FirstMoves() []Move { return s.Moves[:min(inBar, len(s.Moves))] }

// FurtherMoves returns the other moves, which stand beside the state of the article.
func (s Story) FurtherMoves() []Move { return s.Moves[min(inBar, len(s.Moves)):] }
