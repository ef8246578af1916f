//! A real Postgres for tests: one server a test process, ended and removed when the process ends, however it ends.
//!
//! `DPO_TEST_POSTGRES` names the directory of the programs (`initdb`, `postgres`, `psql`); without it the newest version
//! that Debian installed is taken. `DPO_TEST_POSTGRES_NEWER` names that of a Postgres of at least version 16, for what
//! changed about roles since.
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test without its database cannot go on"
)]

mod installation;

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

pub use installation::Installation;

use crate::Tenant;

/// A running Postgres server. The superuser is `postgres`, without password over the socket; logins use passwords over
/// loopback TCP, as pods do.
#[derive(Debug)]
pub struct Server {
    programs: PathBuf,
    directory: PathBuf,
    port: u16,
    _process: Child,
}

/// The server of this test process, started at its first use.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(program_directory()))
}

/// A server of at least version 16; `None`, with the reason printed, where the environment names none.
pub fn newer_server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let start = || {
        let programs = std::env::var_os("DPO_TEST_POSTGRES_NEWER");
        if programs.is_none() {
            eprintln!("not run on Postgres 16 or newer: DPO_TEST_POSTGRES_NEWER names no programs");
        }
        programs.map(|programs| Server::start(programs.into()))
    };
    SERVER.get_or_init(start).as_ref()
}

/// A server of at least version 16 for a test that changes the roles of the whole server; `None` as [`newer_server`].
#[must_use]
pub fn newer_server_of_its_own() -> Option<&'static Server> {
    let programs = newer_server()?.programs.clone();
    Some(Box::leak(Box::new(Server::start(programs))))
}

/// A fresh tenant with its own control tables, in a schema of its own.
pub async fn tenant(time_zone: &str, currency: &str) -> Tenant {
    let currency = currency.parse().expect("a currency");
    let url = server().superuser_url("postgres");
    Tenant::create_throwaway(&url, time_zone, &currency)
        .await
        .expect("a throwaway tenant")
}

impl Server {
    /// The address for the superuser, over the socket.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> SecretString {
        let directory = self.directory.display();
        format!(
            "postgres://postgres@localhost:{}/{database}?host={directory}",
            self.port
        )
        .into()
    }

    /// The address for a login with a password, over loopback TCP.
    #[must_use]
    pub fn login_url(&self, user: &str, password: &str, database: &str) -> SecretString {
        format!(
            "postgres://{user}:{password}@127.0.0.1:{}/{database}?sslmode=disable",
            self.port
        )
        .into()
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database and gives its name.
    pub async fn create_database(&self) -> String {
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        let url = self.superuser_url("postgres");
        let mut connection = PgConnection::connect(url.expose_secret())
            .await
            .expect("a connection");
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .expect("a database");
        name
    }

    fn start(programs: PathBuf) -> Self {
        let port = free_port();
        let mut process = command()
            .args(["sh", "-c", SCRIPT, "postgres-for-tests"])
            .arg(&programs)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell that starts Postgres");
        let output = process.stdout.take().expect("the shell's output");
        let mut directory = String::new();
        BufReader::new(output)
            .read_line(&mut directory)
            .expect("the server's directory");
        assert!(
            !directory.is_empty(),
            "Postgres did not start; its messages are above"
        );
        Self {
            programs,
            directory: PathBuf::from(directory.trim()),
            port,
            _process: process,
        }
    }
}

/// Starts a server in a directory of its own, says where, and ends it when its input is closed: when the test process
/// is gone.
const SCRIPT: &str = r#"
set -eu
directory=$(mktemp -d /tmp/dpo-postgres-XXXXXX)
trap 'rm -rf "$directory"' EXIT
trap 'exit 143' TERM INT HUP
"$1/initdb" -D "$directory/data" -U postgres -A trust -N -E UTF8 --locale=C.UTF-8 >"$directory/log" 2>&1
printf 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n' >"$directory/data/pg_hba.conf"
"$1/postgres" -D "$directory/data" -k "$directory" -h 127.0.0.1 -p "$2" -c max_connections=200 \
    -c shared_buffers=64MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off >>"$directory/log" 2>&1 &
server=$!
until "$1/pg_isready" -q -h "$directory" -p "$2"; do
    kill -0 "$server" || { cat "$directory/log" >&2; exit 1; }
    sleep 0.1
done
echo "$directory"
read -r _ || true
kill -QUIT "$server"
wait "$server" || true
"#;

/// Postgres refuses to run as root, so root becomes `postgres`.
fn command() -> Command {
    let root = std::fs::metadata("/proc/self")
        .is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let mut command = Command::new(if root { "setpriv" } else { "env" });
    if root {
        command.args([
            "--reuid=postgres",
            "--regid=postgres",
            "--init-groups",
            "env",
        ]);
    }
    command.current_dir("/");
    command
}

fn program_directory() -> PathBuf {
    if let Some(directory) = std::env::var_os("DPO_TEST_POSTGRES") {
        return directory.into();
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .max();
    let newest = newest
        .expect("Postgres is not installed: apt-get install postgresql, or set DPO_TEST_POSTGRES");
    Path::new("/usr/lib/postgresql")
        .join(newest.to_string())
        .join("bin")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
