package leftovers

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAProcessInAnotherNetworkIsSeenUntilItEnds(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("making a network namespace needs root")
	}
	sleep := exec.Command("sleep", "60")
	sleep.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	network := Network(sleep.Process.Pid)
	if got := ProcessesIn(network); !slices.Equal(got, []string{strconv.Itoa(sleep.Process.Pid)}) {
		t.Errorf("found %v instead of process %d", got, sleep.Process.Pid)
	}
	if err := AwaitNoProcess(network, 0); err == nil {
		t.Error("a living process was overlooked")
	}
	if err := sleep.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = sleep.Wait()
	if err := AwaitNoProcess(network, time.Second); err != nil {
		t.Error(err)
	}
}

func TestMountsBelowADirectoryAreFound(t *testing.T) {
	const mountinfo = `27 1 254:0 / / rw - ext4 /dev/vda rw
50 27 0:50 / /state/a rw - tmpfs tmpfs rw
51 27 0:51 / /state/ab/x rw - tmpfs tmpfs rw
52 27 0:52 / /state/a/run rw - tmpfs tmpfs rw
`
	if got := mountsBelow("/state/a", strings.NewReader(mountinfo)); !slices.Equal(got, []string{"/state/a/run"}) {
		t.Errorf("got %v", got)
	}
}
