// Package leftovers looks for what a cluster that has ended left on the machine.
package leftovers

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Network identifies the network that a process is in, and with it a cluster.
func Network(pid int) string {
	identity, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err != nil {
		return ""
	}
	return identity
}

// ProcessesIn lists the processes in a network. "" is nobody's network.
func ProcessesIn(network string) []string {
	var found []string
	links, _ := filepath.Glob("/proc/[0-9]*/ns/net")
	for _, link := range links {
		if identity, err := os.Readlink(link); err == nil && identity == network {
			found = append(found, strings.Split(link, "/")[2])
		}
	}
	return found
}

// AwaitNoProcess gives the kernel up to patience to end all of them.
func AwaitNoProcess(network string, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		processes := ProcessesIn(network)
		if len(processes) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes of the cluster do not end: %s", strings.Join(processes, ", "))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// RefuseMounts returns an error while something is mounted below directory, so
// that nobody removes the files of another file system along with it.
func RefuseMounts(directory string) error {
	mounts, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	defer mounts.Close()
	if points := mountsBelow(directory, mounts); len(points) > 0 {
		return fmt.Errorf("still mounted: %s; unmount it, then try again", strings.Join(points, ", "))
	}
	return nil
}

func mountsBelow(directory string, mountinfo io.Reader) []string {
	var points []string
	lines := bufio.NewScanner(mountinfo)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) > 4 && strings.HasPrefix(fields[4], directory+"/") {
			points = append(points, fields[4])
		}
	}
	return points
}
