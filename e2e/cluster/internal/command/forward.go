package command

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"dpo.dev/e2e/cluster/internal/namespaces"
	"dpo.dev/e2e/cluster/internal/state"
)

const serveForwardCommand = "serve-forward"

func forward() *cobra.Command {
	command := &cobra.Command{
		Use:   "forward",
		Short: "Open a Service of the cluster on this machine, until the cluster ends",
		Args:  cobra.NoArgs,
	}
	name := nameFlag(command)
	listen := command.Flags().String("listen", "127.0.0.1:8080", "address on this machine")
	to := command.Flags().String("to", "", "SERVICE.NAMESPACE:PORT")
	command.RunE = func(*cobra.Command, []string) error {
		target, err := serviceAddress(*to)
		if err != nil {
			return err
		}
		cluster, pid, err := runningCluster(*name)
		if err != nil {
			return err
		}
		return startForward(cluster, pid, *listen, target)
	}
	return command
}

// serviceAddress completes SERVICE.NAMESPACE:PORT to a name that DNS knows.
func serviceAddress(to string) (string, error) {
	host, port, err := net.SplitHostPort(to)
	service, namespace, found := strings.Cut(host, ".")
	if err != nil || !found || service == "" || namespace == "" || strings.Contains(namespace, ".") || port == "" {
		return "", fmt.Errorf("--to %q must be SERVICE.NAMESPACE:PORT", to)
	}
	return net.JoinHostPort(host+".svc.cluster.local", port), nil
}

// startForward opens the address here and hands it to a process inside of the
// cluster: a listening socket keeps the network that it was opened in.
func startForward(cluster state.Cluster, pid int, listen, target string) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("cannot open %s: %w", listen, err)
	}
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(cluster.Log("forward"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	answer, confirmation, err := os.Pipe()
	if err != nil {
		return err
	}
	err = namespaces.Start(pid, func() *exec.Cmd {
		command := exec.Command("/proc/self/exe", serveForwardCommand, target)
		command.Stdout, command.Stderr, command.ExtraFiles = log, log, []*os.File{socket, confirmation}
		return command
	})
	confirmation.Close()
	if err != nil {
		return err
	}
	return awaitForward(answer, listener.Addr(), target)
}

func awaitForward(answer *os.File, address net.Addr, target string) error {
	line, _ := bufio.NewReader(answer).ReadString('\n')
	if line = strings.TrimSpace(line); line != confirmed {
		return errors.New("cannot forward to " + target + ": " + line)
	}
	fmt.Printf("http://%s leads to %s\n", address, target)
	return nil
}
