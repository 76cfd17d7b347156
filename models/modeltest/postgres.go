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

	"github.com/jackc/pgx/v5"
)

// PostgresEnv names the variable that holds the address of a PostgreSQL
// server to test on, such as postgres://postgres@/postgres?host=/run/pg.
// The role in it must be allowed to create databases.
const PostgresEnv = "BROADSHEET_TEST_POSTGRES"

// Main runs a package's tests and then clears away what PostgreSQL left
// behind. Call it from TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }
//
// A package that forgets it, or a test process that is killed, loses only
// the tidying on a server of one's own: the temporary server notices that
// its parent is gone and removes itself.
func Main(m *testing.M) int {
	code := m.Run()
	if err := shared.close(); err != nil {
		fmt.Fprintln(os.Stderr, "modeltest: stopping PostgreSQL:", err)
		code = max(code, 1)
	}
	return code
}

// Postgres gives the test a fresh, empty database on a real PostgreSQL
// server and returns its address. The database is dropped when the test
// ends, whoever is still connected.
//
// Without PostgreSQL the test is skipped, except in CI or where the test
// data is present: there a skipped test would hide a hole.
func Postgres(t testing.TB) (dsn string) {
	t.Helper()
	return shared.clone(t, "template0")
}

// PostgresTemplate is Postgres with a schema already in place: migrate runs
// once per process and name on a database of its own, which is then copied
// for each test, some ten milliseconds a copy. Close every connection before
// migrate returns, because a database in use cannot be copied.
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

// shared is the one server of this test process: starting it costs half a
// second, so all tests of a package use the same.
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

// serve starts the server on first use and decides what its absence means.
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

// server is a PostgreSQL server we were given, or one we started.
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

// exec runs one statement on a connection of its own: nothing stays open
// that a leak check in the tests could mistake for theirs.
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
	if err := s.exec("CREATE DATABASE " + quote(database) + " TEMPLATE template0"); err != nil {
		return err
	}
	return migrate(s.dsn(database))
}

func quote(identifier string) string { return pgx.Identifier{identifier}.Sanitize() }

// keeper runs the server and waits for the end of its own standard input,
// which comes when the test process closes it or dies in whatever way. Then
// it stops the server, abruptly since nothing is worth keeping, and removes
// the directory. A terminal's Ctrl-C must not reach it first.
const keeper = `dir=$1; shift; trap '' INT; "$@" & read -r _; kill -QUIT $! 2>/dev/null; wait; rm -rf "$dir"`

// startTemporary makes a cluster in a new directory and serves it on a Unix
// socket in that directory, with no port and no promise of durability.
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
	s.stop, err = keep(dir, attr, filepath.Join(bin, "postgres"), "-D", data, "-k", dir,
		"-c", "listen_addresses=", "-c", "max_connections=400", "-c", "shared_buffers=64MB",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	if err != nil {
		return nil, err
	}
	return s, s.awaitReady(filepath.Join(dir, "log"))
}

// keep starts command under the keeper, its output in dir/log, and returns
// the function that stops it.
func keep(dir string, attr *syscall.SysProcAttr, command ...string) (stop func() error, err error) {
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", keeper, "sh", dir}, command...)...)
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

// awaitReady asks until the server answers; a fresh one needs well under a
// second, a loaded machine may need many.
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
			said, _ := os.ReadFile(log)
			return errors.Join(fmt.Errorf("PostgreSQL did not start: %w\n%s", err, said), s.stop())
		case <-tick.C:
		}
	}
}

// findPostgres returns the directory of the newest installed server's
// programs; Debian keeps them out of PATH.
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

// unprivileged says as whom to run the server: PostgreSQL refuses root, so
// root's tests use the account that Debian's package made, or nobody.
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

// socketRoot is where the server's directory goes: the temporary directory,
// unless its name is too long for the 107 bytes of a Unix socket's path or
// other users may not enter it.
func socketRoot() string {
	dir := os.TempDir()
	info, err := os.Stat(dir)
	if err != nil || len(dir) > 60 || info.Mode().Perm()&0o001 == 0 {
		return "/tmp"
	}
	return dir
}
