package modeltest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"broadsheet/models/people/hashcost"

	"github.com/jackc/pgx/v5"
)

// PostgresEnv names the variable that holds the address of a PostgreSQL
// server to test on, such as postgres://postgres@/postgres?host=/run/pg.
// The role in it must be allowed to create databases.
const PostgresEnv = "BROADSHEET_TEST_POSTGRES"

// Main runs a package's tests with cheap password hashes, and then removes the
// template databases, also SQLite's file, and the temporary server. Call it from TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }
//
// Without it, or if the test process is killed, only a server of
// BROADSHEET_TEST_POSTGRES keeps some databases: the temporary server notices that
// its parent has exited and removes itself.
func Main(m *testing.M) int {
	hashcost.Lower()
	code := m.Run()
	if err := shared.close(); err != nil {
		fmt.Fprintln(os.Stderr, "modeltest: stopping PostgreSQL:", err)
		code = max(code, 1)
	}
	if templatePath != "" {
		if err := os.RemoveAll(filepath.Dir(templatePath)); err != nil {
			fmt.Fprintln(os.Stderr, "modeltest: removing the template:", err)
			code = max(code, 1)
		}
	}
	return code
}

// Postgres creates an empty database on a real PostgreSQL server and returns its
// address. The database is dropped when the test ends, also with open connections.
//
// Without PostgreSQL the test is skipped, but it fails in CI or if the test data is
// present: there all tests must run.
func Postgres(t testing.TB) (dsn string) {
	t.Helper()
	return shared.clone(t, "template0")
}

// PostgresTemplate is Postgres with a schema: migrate runs once per process and
// name on a template database, and each test gets a copy, which takes some ten
// milliseconds. migrate must close its connections, because PostgreSQL cannot copy
// a database in use.
func PostgresTemplate(t testing.TB, name string, migrate func(dsn string) error) (dsn string) {
	t.Helper()
	server := shared.serve(t)
	made, _ := shared.templates.LoadOrStore(name, &template{
		database: fmt.Sprintf("broadsheet_template_%s_%d", name, os.Getpid()),
	})
	tmpl := made.(*template)
	tmpl.once.Do(func() { tmpl.err = server.makeTemplate(tmpl.database, migrate) })
	if tmpl.err != nil {
		t.Fatalf("preparing the PostgreSQL template %q: %v", name, tmpl.err)
	}
	return shared.clone(t, tmpl.database)
}

// RunScript runs an SQL script of several statements, such as a plain dump, on
// the database at dsn.
func RunScript(t testing.TB, dsn, script string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.PgConn().Exec(ctx, script).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

// shared is the server of this test process. Starting it takes half a second, so
// all tests of a package use it.
var shared process

type process struct {
	once      sync.Once
	server    *server
	err       error
	templates sync.Map // name → *template
	serial    atomic.Int64
}

type template struct {
	once     sync.Once
	database string
	err      error
}

// serve starts the server on first use. Without a server it skips or fails the test.
func (p *process) serve(t testing.TB) *server {
	t.Helper()
	p.once.Do(func() { p.server, p.err = start(os.Getenv(PostgresEnv)) })
	switch {
	case errors.Is(p.err, errNoPostgres) && os.Getenv("CI") == "" && os.Getenv("BROADSHEET_TEST_DATA") == "":
		t.Skipf("%v: install Debian's postgresql or set %s", p.err, PostgresEnv)
	case p.err != nil:
		t.Fatalf("no PostgreSQL to test on: %v", p.err)
	}
	return p.server
}

func (p *process) clone(t testing.TB, source string) string {
	t.Helper()
	server := p.serve(t)
	name := fmt.Sprintf("broadsheet_test_%d_%d", os.Getpid(), p.serial.Add(1))
	if err := server.exec("CREATE DATABASE " + quote(name) + " TEMPLATE " + quote(source)); err != nil {
		t.Fatalf("creating a PostgreSQL database: %v", err)
	}
	t.Cleanup(func() {
		if err := server.drop(name); err != nil {
			t.Errorf("dropping a PostgreSQL database: %v", err)
		}
	})
	return server.dsn(name)
}

func (p *process) close() (err error) {
	if p.server == nil {
		return nil
	}
	p.templates.Range(func(_, made any) bool {
		err = errors.Join(err, p.server.drop(made.(*template).database))
		return true
	})
	return errors.Join(err, p.server.stop())
}

// server is a PostgreSQL server: a given one, or one that this process started.
type server struct {
	base url.URL
	stop func() error
}

var errNoPostgres = errors.New("PostgreSQL is not installed")

func start(dsn string) (*server, error) {
	if dsn == "" {
		return startTemporary()
	}
	base, err := url.Parse(dsn)
	if err != nil || !strings.HasPrefix(base.Scheme, "postgres") {
		return nil, fmt.Errorf("%s must look like postgres://user@host/postgres", PostgresEnv)
	}
	s := &server{base: *base, stop: func() error { return nil }}
	return s, s.exec("SELECT 1")
}

func (s *server) dsn(database string) string {
	u := s.base
	u.Path = "/" + database
	return u.String()
}

// exec runs one statement on its own connection and closes it, so that leak checks
// in the tests see no connection of this package.
func (s *server) exec(sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.base.String())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

func (s *server) drop(database string) error {
	return s.exec("DROP DATABASE IF EXISTS " + quote(database) + " WITH (FORCE)")
}

func (s *server) makeTemplate(database string, migrate func(dsn string) error) error {
	// An earlier process with the same number may have been killed.
	if err := s.drop(database); err != nil {
		return err
	}
	if err := s.exec("CREATE DATABASE " + quote(database) + " TEMPLATE template0"); err != nil {
		return err
	}
	return migrate(s.dsn(database))
}

func quote(identifier string) string { return pgx.Identifier{identifier}.Sanitize() }

// supervisor is a shell script that runs the server until its standard input ends:
// the test process has closed it or has exited. Then it stops the server without
// a shutdown, since the data is temporary, and removes the directory. It ignores
// Ctrl-C, which a terminal sends to all processes.
const supervisor = `dir=$1; shift; trap '' INT; "$@" & read -r _; kill -QUIT $! 2>/dev/null; wait; rm -rf "$dir"`

// startTemporary creates a cluster in a new directory and serves it on a Unix socket
// in that directory, without a port and without durability.
func startTemporary() (*server, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	attr, uid, gid := unprivileged()
	dir, err := os.MkdirTemp(socketRoot(), "broadsheet-pg-")
	if err != nil {
		return nil, err
	}
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--pgdata="+data, "--username=postgres",
		"--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	s := &server{base: url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}}.Encode(),
	}}
	s.stop, err = supervise(dir, attr, filepath.Join(bin, "postgres"), "-D", data, "-k", dir,
		"-c", "listen_addresses=", "-c", "max_connections=400", "-c", "shared_buffers=64MB",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	if err != nil {
		return nil, err
	}
	return s, s.awaitReady(filepath.Join(dir, "log"))
}

// supervise starts command under the supervisor, with its output in dir/log, and
// returns a function that stops it.
func supervise(dir string, attr *syscall.SysProcAttr, command ...string) (stop func() error, err error) {
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", supervisor, "sh", dir}, command...)...)
	cmd.Dir, cmd.SysProcAttr = "/", attr
	cmd.Stdout, cmd.Stderr = log, log
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return sync.OnceValue(func() error {
		return errors.Join(lifeline.Close(), cmd.Wait())
	}), nil
}

// awaitReady waits until the server answers, at most 30 seconds.
func (s *server) awaitReady(log string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.exec("SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			output, _ := os.ReadFile(log)
			return errors.Join(fmt.Errorf("PostgreSQL did not start: %w\n%s", err, output), s.stop())
		case <-tick.C:
		}
	}
}

// findPostgres returns the program directory of the newest installed server. Debian
// does not put it into PATH.
func findPostgres() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
		return filepath.Dir(found[len(found)-1]), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", errNoPostgres
	}
	if real, err := filepath.EvalSymlinks(initdb); err == nil {
		initdb = real
	}
	return filepath.Dir(initdb), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return n
}

// unprivileged returns the account for the server. PostgreSQL refuses to run as
// root, so tests of root use the account postgres or nobody.
func unprivileged() (attr *syscall.SysProcAttr, uid, gid int) {
	if os.Geteuid() != 0 {
		return nil, os.Getuid(), os.Getgid()
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ = strconv.Atoi(account.Uid)
		gid, _ = strconv.Atoi(account.Gid)
		break
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, uid, gid
}

// socketRoot returns the parent of the server's directory: the temporary directory,
// or /tmp if its name is too long for the 107 bytes of a Unix socket's path or
// other users may not enter it.
func socketRoot() string {
	dir := os.TempDir()
	info, err := os.Stat(dir)
	if err != nil || len(dir) > 60 || info.Mode().Perm()&0o001 == 0 {
		return "/tmp"
	}
	return dir
}
