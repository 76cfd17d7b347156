package views

// RobotFigures is the page of the robots and their requests.
type RobotFigures struct {
	Page
	Days     int    // that the figures are of
	ListDate string // of the built-in list of robots
	Hidden   bool   // the whole site is closed to robots
	Families []RobotFamily
	ByDay    []FigureRow // the requests of each family, newest day first
}

// RobotFamily is a group of robots with the same purpose.
type RobotFamily struct {
	Name   string // key of a message
	AI     bool   // the family has a setting
	Denied bool   // by the settings
	Rows   []RobotRow
}

// RobotRow is a robot with its requests.
type RobotRow struct {
	Name, Operator string
	TokenOnly      bool // it is only named in robots.txt
	Pages, Feeds   int
	Files, Denied  int
	Slowed         int
}

// Total returns the number of requests. Those that were too fast are among the others.
func (r RobotRow) Total() int { return r.Pages + r.Feeds + r.Files + r.Denied }

// Seen returns the rows of robots that have sent a request.
func (f RobotFamily) Seen() (rows []RobotRow) {
	for _, r := range f.Rows {
		if r.Total() > 0 {
			rows = append(rows, r)
		}
	}
	return rows
}

// Unseen returns the rows of robots that have sent none.
func (f RobotFamily) Unseen() (rows []RobotRow) {
	for _, r := range f.Rows {
		if r.Total() == 0 {
			rows = append(rows, r)
		}
	}
	return rows
}
