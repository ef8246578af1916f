package command

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dpo.dev/e2e/cluster/internal/node"
	"dpo.dev/e2e/cluster/internal/state"
)

func TestAServiceIsNamedWithItsNamespaceAndPort(t *testing.T) {
	if got, err := serviceAddress("dpo-api.dpo-system:80"); err != nil || got != "dpo-api.dpo-system.svc.cluster.local:80" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, text := range []string{"", "dpo-api", "dpo-api:80", "dpo-api.dpo-system", "dpo-api.dpo-system:", ".dpo-system:80", "a.b.svc:80"} {
		if got, err := serviceAddress(text); err == nil {
			t.Errorf("%q was taken for %s", text, got)
		}
	}
}

func TestExitStatusesFollowTheShell(t *testing.T) {
	for line, want := range map[string]int{"exit 7": 7, "kill -TERM $$": 143} {
		var ended *exec.ExitError
		if !errors.As(exec.Command("sh", "-c", line).Run(), &ended) {
			t.Fatalf("%q did not fail", line)
		}
		if got := (programEnded{ended}).exitStatus(); got != want {
			t.Errorf("%q gave %d instead of %d", line, got, want)
		}
	}
}

func TestAFailedStepShowsTheEndOfItsLog(t *testing.T) {
	cluster := state.Cluster{Name: "a", Directory: t.TempDir()}
	log := cluster.Log("etcd")
	if err := os.MkdirAll(filepath.Dir(log), 0o755); err != nil {
		t.Fatal(err)
	}
	content := "too old\n" + strings.Repeat("line\n", 14) + "disk is full\n"
	if err := os.WriteFile(log, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	said := explain(cluster, node.Event{Error: "etcd does not answer", Log: "etcd"}).Error()
	if !strings.HasPrefix(said, "etcd does not answer") || !strings.HasSuffix(said, "disk is full") || strings.Contains(said, "too old") {
		t.Errorf("said %q", said)
	}
}

func TestAClusterThatDoesNotRunSaysHowToStartIt(t *testing.T) {
	t.Setenv("DPO_STATE", t.TempDir())
	_, _, err := runningCluster("demo")
	if err == nil || !strings.Contains(err.Error(), "dpo-cluster up --name demo") {
		t.Errorf("got %v", err)
	}
}
