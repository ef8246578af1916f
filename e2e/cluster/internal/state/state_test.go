package state

import (
	"os"
	"os/exec"
	"testing"
)

func TestNamesThatWouldNotSurviveAsPathsAreRefused(t *testing.T) {
	t.Setenv("DPO_STATE", t.TempDir())
	for _, name := range []string{"", "-a", "a/b", "..", "Upper", "1st", "ends-"} {
		if _, err := Locate(name); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
	if _, err := Locate("demo-2"); err != nil {
		t.Errorf("demo-2 was refused: %v", err)
	}
}

func TestStateFollowsTheEnvironment(t *testing.T) {
	t.Setenv("HOME", "/home/someone")
	for _, example := range []struct{ state, cache, want string }{
		{"/a/b", "/c", "/a/b"},
		{"", "/c", "/c/clusters"},
		{"", "", "/home/someone/.cache/dpo/clusters"},
	} {
		t.Setenv("DPO_STATE", example.state)
		t.Setenv("DPO_CACHE", example.cache)
		if got, err := Root(); err != nil || got != example.want {
			t.Errorf("DPO_STATE=%q DPO_CACHE=%q gave %q, %v", example.state, example.cache, got, err)
		}
	}
}

func TestStateMayNotLieUnderAReplacedFolder(t *testing.T) {
	t.Setenv("DPO_STATE", "/var/lib/dpo")
	if root, err := Root(); err == nil {
		t.Errorf("%s was accepted", root)
	}
}

func TestARecordedProcessIsForgottenWhenItEnds(t *testing.T) {
	cluster := Cluster{Name: "a", Directory: t.TempDir()}
	if pid := cluster.Process(); pid != 0 {
		t.Fatalf("nothing was recorded, yet process %d was found", pid)
	}
	sleep := exec.Command("sleep", "60")
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	if err := cluster.RecordProcess(sleep.Process.Pid); err != nil {
		t.Fatal(err)
	}
	if pid := cluster.Process(); pid != sleep.Process.Pid {
		t.Errorf("found process %d instead of %d", pid, sleep.Process.Pid)
	}
	if err := sleep.Process.Signal(os.Kill); err != nil {
		t.Fatal(err)
	}
	_ = sleep.Wait()
	if pid := cluster.Process(); pid != 0 {
		t.Errorf("the process has ended, yet %d was found", pid)
	}
}

func TestOnlyOneCommandWorksOnACluster(t *testing.T) {
	cluster := Cluster{Name: "a", Directory: t.TempDir()}
	unlock, err := cluster.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.Lock(); err == nil {
		t.Error("the lock was given twice")
	}
	unlock()
	unlock, err = cluster.Lock()
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}
