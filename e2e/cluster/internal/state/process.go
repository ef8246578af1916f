package state

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// RecordProcess remembers the first process of the cluster, as seen from outside.
func (c Cluster) RecordProcess(pid int) error {
	started, err := startTime(pid)
	if err != nil {
		return err
	}
	return os.WriteFile(c.Path("pid"), fmt.Appendf(nil, "%d %s\n", pid, started), 0o644)
}

// Process returns the first process of the cluster, or 0 when it is not running.
func (c Cluster) Process() int {
	content, err := os.ReadFile(c.Path("pid"))
	if err != nil {
		return 0
	}
	var pid int
	var recorded string
	if _, err := fmt.Sscanf(string(content), "%d %s", &pid, &recorded); err != nil {
		return 0
	}
	// A process number may have been given to another program since.
	if started, err := startTime(pid); err != nil || started != recorded {
		return 0
	}
	return pid
}

// startTime is field 22 of /proc/PID/stat, in clock ticks since boot.
func startTime(pid int) (string, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	_, afterName, _ := strings.Cut(string(content), ") ")
	fields := strings.Fields(afterName)
	if len(fields) < 20 {
		return "", fmt.Errorf("process %d has no start time", pid)
	}
	const zombie = "Z"
	if fields[0] == zombie {
		return "", fmt.Errorf("process %d has ended", pid)
	}
	return fields[19], nil
}

// Lock keeps other commands from starting or ending the same cluster until the
// returned function is called. It makes the cluster's directory.
func (c Cluster) Lock() (unlock func(), err error) {
	if err := os.MkdirAll(c.Directory, 0o755); err != nil {
		return nil, err
	}
	directory, err := os.Open(c.Directory)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(directory.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		directory.Close()
		return nil, fmt.Errorf("cluster %s is being started or ended by another command: wait for it", c.Name)
	}
	return func() { directory.Close() }, nil
}
