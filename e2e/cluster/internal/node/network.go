package node

import (
	"fmt"
	"net"
	"os"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// connectNetwork gives the empty network namespace an address for the node and
// a route to the Services. Everything beyond is unreachable at once, so that a
// program which looks for the internet fails instead of waiting.
func connectNetwork() error {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	if err := netlink.LinkSetUp(loopback); err != nil {
		return err
	}
	node, err := addNodeLink()
	if err != nil {
		return fmt.Errorf("cannot make the node's network device: %w", err)
	}
	if err := addRoutes(node); err != nil {
		return fmt.Errorf("cannot set the node's routes: %w", err)
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644)
}

// addNodeLink makes a pair of devices rather than a bridge: a bridge without
// members has no carrier, and browsers then take the machine for offline.
func addNodeLink() (netlink.Link, error) {
	attributes := netlink.NewLinkAttrs()
	attributes.Name = nodeName
	pair := &netlink.Veth{LinkAttrs: attributes, PeerName: nodeName + "-peer"}
	if err := netlink.LinkAdd(pair); err != nil {
		return nil, err
	}
	for _, name := range []string{pair.Name, pair.PeerName} {
		link, err := netlink.LinkByName(name)
		if err != nil {
			return nil, err
		}
		if err := netlink.LinkSetUp(link); err != nil {
			return nil, err
		}
	}
	node, err := netlink.LinkByName(pair.Name)
	if err != nil {
		return nil, err
	}
	address, err := netlink.ParseAddr(nodeNetwork)
	if err != nil {
		return nil, err
	}
	return node, netlink.AddrAdd(node, address)
}

func addRoutes(node netlink.Link) error {
	_, services, err := net.ParseCIDR(serviceNetwork)
	if err != nil {
		return err
	}
	toServices := &netlink.Route{LinkIndex: node.Attrs().Index, Dst: services, Scope: netlink.SCOPE_LINK}
	if err := netlink.RouteAdd(toServices); err != nil {
		return err
	}
	everywhere := &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}
	return netlink.RouteAdd(&netlink.Route{Dst: everywhere, Type: unix.RTN_UNREACHABLE})
}
