package command

import (
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
)

// The descriptors that startForward hands over.
const (
	listenerDescriptor     = 3
	confirmationDescriptor = 4
)

const confirmed = "ok"

// serveForward runs inside of the cluster, and ends with it.
func serveForward() *cobra.Command {
	return &cobra.Command{
		Use:    serveForwardCommand + " ADDRESS",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, arguments []string) error {
			syscall.CloseOnExec(listenerDescriptor)
			syscall.CloseOnExec(confirmationDescriptor)
			confirmation := os.NewFile(confirmationDescriptor, "confirmation")
			listener, err := openForward(arguments[0])
			if err != nil {
				fmt.Fprintln(confirmation, err)
				return err
			}
			fmt.Fprintln(confirmation, confirmed)
			confirmation.Close()
			return serve(listener, arguments[0])
		},
	}
}

func openForward(target string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	if _, err := net.LookupHost(host); err != nil {
		return nil, err
	}
	return net.FileListener(os.NewFile(listenerDescriptor, "listener"))
}

func serve(listener net.Listener, target string) error {
	for {
		outside, err := listener.Accept()
		if err != nil {
			return err
		}
		go join(outside.(*net.TCPConn), target)
	}
}

// join copies both ways until both sides have said all they had to say.
func join(outside *net.TCPConn, target string) {
	defer outside.Close()
	connection, err := net.Dial("tcp", target)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer connection.Close()
	inside := connection.(*net.TCPConn)
	var both sync.WaitGroup
	both.Go(func() { copyAll(inside, outside) })
	both.Go(func() { copyAll(outside, inside) })
	both.Wait()
}

func copyAll(to, from *net.TCPConn) {
	_, _ = io.Copy(to, from) // a broken connection ends like a closed one
	_ = to.CloseWrite()
}
