package modeltest

import (
	"context"
	"net/url"
	"os"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func run(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestPostgresGivesEachTestItsOwnDatabase(t *testing.T) {
	t.Parallel()
	for range 3 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			// Two tests in one database could not both create this table.
			run(t, connect(t, Postgres(t)), "CREATE TABLE articles (id int)")
		})
	}
}

func TestPostgresTemplateIsMadeOnceAndCopied(t *testing.T) {
	t.Parallel()
	var made atomic.Int32
	migrate := func(dsn string) error {
		made.Add(1)
		conn, err := pgx.Connect(context.Background(), dsn)
		if err != nil {
			return err
		}
		defer conn.Close(context.Background())
		_, err = conn.Exec(context.Background(), "CREATE TABLE articles (id int); INSERT INTO articles VALUES (7)")
		return err
	}
	t.Run("copies", func(t *testing.T) {
		for range 4 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				conn := connect(t, PostgresTemplate(t, "own_test", migrate))
				run(t, conn, "INSERT INTO articles VALUES (8)")
				var n int
				if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM articles").Scan(&n); err != nil || n != 2 {
					t.Errorf("count = %d, %v; want the template's row and ours", n, err)
				}
			})
		}
	})
	if n := made.Load(); n > 1 {
		t.Errorf("the template was made %d times", n)
	}
}

func TestPostgresDropsTheDatabaseAfterwards(t *testing.T) {
	t.Parallel()
	var dsn string
	t.Run("use", func(t *testing.T) { dsn = Postgres(t) })
	if dsn == "" {
		t.Skip("there is no PostgreSQL")
	}
	if conn, err := pgx.Connect(t.Context(), dsn); err == nil {
		conn.Close(t.Context())
		t.Errorf("%s still exists", dsn)
	}
}

func TestTheSupervisorStopsTheServerAndRemovesItsDirectory(t *testing.T) {
	t.Parallel()
	if os.Getenv(PostgresEnv) != "" {
		t.Log("the tests use a given server; this one starts a second")
	}
	server, err := startTemporary()
	if err == errNoPostgres {
		shared.serve(t) // skips or fails
	}
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := url.ParseQuery(server.base.RawQuery)
	if err := server.stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir.Get("host")); !os.IsNotExist(err) {
		t.Errorf("the server's directory is still there: %v", err)
	}
	if err := server.exec("SELECT 1"); err == nil {
		t.Error("the server still answers")
	}
}

func TestStartRefusesAnAddressThatIsNoURL(t *testing.T) {
	t.Parallel()
	if _, err := start("host=here user=me"); err == nil {
		t.Error("a key=value address was taken; its database could not be replaced")
	}
}
