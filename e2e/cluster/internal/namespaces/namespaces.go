// Package namespaces starts and enters the Linux namespaces of a cluster.
package namespaces

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// New says what a cluster does not share with the machine: its network, its
// mounts and its process numbers. Its control groups follow once it has joined
// groups of its own.
const New = unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID

// entered is what a program needs in order to act inside of a cluster. The
// mounts come last, since the other files are found through /proc.
var entered = []struct {
	file string
	kind int
}{
	{"net", unix.CLONE_NEWNET},
	{"pid", unix.CLONE_NEWPID},
	{"mnt", unix.CLONE_NEWNS},
}

// Run runs a program inside the namespaces of process pid, hands every signal
// on to it, and returns how it ended. The working directory is kept.
func Run(pid int, build func() *exec.Cmd) error {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT)
	defer signal.Stop(signals)
	ended := make(chan error, 1)
	onThreadOfItsOwn(func() {
		command, err := start(pid, build, nil)
		if err != nil {
			ended <- err
			return
		}
		go handOn(signals, command.Process)
		ended <- command.Wait()
	})
	return <-ended
}

// Start starts a program inside the namespaces of process pid and leaves it there.
func Start(pid int, build func() *exec.Cmd) error {
	started := make(chan error, 1)
	onThreadOfItsOwn(func() {
		_, err := start(pid, build, &syscall.SysProcAttr{Setsid: true})
		started <- err
	})
	return <-started
}

// onThreadOfItsOwn runs work on a thread that ends with it, since a thread that
// has entered a cluster is of no use for anything else.
func onThreadOfItsOwn(work func()) {
	go func() {
		runtime.LockOSThread()
		work()
	}()
}

func handOn(signals <-chan os.Signal, process *os.Process) {
	for received := range signals {
		_ = process.Signal(received) // it may have ended by itself
	}
}

func start(pid int, build func() *exec.Cmd, attributes *syscall.SysProcAttr) (*exec.Cmd, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if err := enter(pid); err != nil {
		return nil, fmt.Errorf("cannot enter the namespaces of process %d: %w", pid, err)
	}
	command := build() // looks the program up among the cluster's mounts
	command.Dir = here
	command.SysProcAttr = attributes
	return command, command.Start()
}

// enter moves the calling thread. A child that it starts is born inside.
func enter(pid int) error {
	var files []*os.File
	for _, namespace := range entered {
		file, err := os.Open(fmt.Sprintf("/proc/%d/ns/%s", pid, namespace.file))
		if err != nil {
			return err
		}
		defer file.Close()
		files = append(files, file)
	}
	// Threads share their root and working directory unless they ask not to, and
	// the kernel moves no thread that shares them.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return err
	}
	for i, namespace := range entered {
		if err := unix.Setns(int(files[i].Fd()), namespace.kind); err != nil {
			return fmt.Errorf("%s: %w", namespace.file, err)
		}
	}
	return nil
}

// SeparateControlGroups makes the groups that the process is in the roots that
// it and its children see, then becomes the program again with new arguments.
func SeparateControlGroups(arguments []string) error {
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
		return err
	}
	return unix.Exec("/proc/self/exe", arguments, os.Environ())
}
