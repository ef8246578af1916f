package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"dpo.dev/e2e/cluster/internal/state"
)

const restartPause = time.Second

// processes keeps the components running and, being the first process of its
// namespace, collects every orphan.
type processes struct {
	cluster state.Cluster
	mutex   sync.Mutex
	running map[int]component
}

func newProcesses(cluster state.Cluster) *processes {
	return &processes{cluster: cluster, running: map[int]component{}}
}

func (p *processes) start(wanted ...component) error {
	for _, next := range wanted {
		if err := p.startOne(next); err != nil {
			return fmt.Errorf("cannot start %s: %w", next.name, err)
		}
	}
	return nil
}

func (p *processes) startOne(wanted component) error {
	path := p.cluster.Log(wanted.name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	program, arguments := wanted.commandLine()
	// The lock is held until the process is known, or collect might miss it.
	p.mutex.Lock()
	defer p.mutex.Unlock()
	process, err := os.StartProcess(program, arguments, &os.ProcAttr{Dir: "/", Env: os.Environ(), Files: []*os.File{nil, log, log}})
	if err != nil {
		return err
	}
	p.running[process.Pid] = wanted
	return process.Release()
}

func (c component) commandLine() (string, []string) {
	if c.program != "" {
		return c.program, append([]string{c.program}, c.arguments...)
	}
	return "/proc/self/exe", append([]string{"dpo-cluster", c.name}, c.arguments...)
}

// collect waits for children for ever, and starts components that ended again.
func (p *processes) collect() {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		if errors.Is(err, unix.ECHILD) {
			time.Sleep(askAgainAfter)
		}
		if err != nil {
			continue
		}
		if ended, known := p.forget(pid); known {
			fmt.Printf("%s %s ended with status %d\n", time.Now().Format(time.RFC3339), ended.name, status.ExitStatus())
			time.AfterFunc(restartPause, func() { p.restart(ended) })
		}
	}
}

func (p *processes) forget(pid int) (component, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	ended, known := p.running[pid]
	delete(p.running, pid)
	return ended, known
}

func (p *processes) restart(ended component) {
	if err := p.start(ended); err != nil {
		fmt.Println(err)
	}
}
