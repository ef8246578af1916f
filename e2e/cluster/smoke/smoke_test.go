//go:build smoke

package smoke

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"dpo.dev/e2e/cluster/internal/cgroups"
	"dpo.dev/e2e/cluster/internal/leftovers"
)

const page = "page written by 65532"

// TestTwoClusters is one test, since starting clusters takes most of its time.
func TestTwoClusters(t *testing.T) {
	first, second := twoClusters(t)
	// Steps need their forerunners: the first failure ends the test.
	for _, step := range []struct {
		name string
		run  func(first, second cluster)
	}{
		{"restricted pods run as a non-root user with a volume", restrictedPodsRun},
		{"a CronJob is planned for a minute of Saigon", cronJobIsPlanned},
		{"a privileged pod is refused", privilegedPodIsRefused},
		{"logs and exec work", logsAndExecWork},
		{"a Service has a name for pods and for exec", serviceHasAName},
		{"a Service can be opened on this machine", serviceCanBeOpened},
		{"exit statuses and signals pass through exec", statusesPassThrough},
		{"the audit log names who did what", auditLogNamesUsers},
		{"clusters do not see each other", clustersAreSeparate},
		{"up is idempotent, and fresh when asked", upIsIdempotent},
		{"a component that ends is started again", componentsAreRestarted},
		{"the CronJob has fired", cronJobHasFired},
		{"down refuses to reach into a mount", downRefusesMounts},
		{"down leaves nothing", downLeavesNothing},
	} {
		if !t.Run(step.name, func(t *testing.T) {
			step.run(cluster{t, first.name}, cluster{t, second.name})
		}) {
			return
		}
	}
}

func restrictedPodsRun(first, _ cluster) {
	if output, err := first.apply("restricted.yaml"); err != nil {
		first.t.Fatal(output)
	}
	first.must("kubectl", "-n", "smoke", "rollout", "status", "deployment/web", "--timeout=120s")
}

func privilegedPodIsRefused(first, _ cluster) {
	output, err := first.apply("privileged.yaml")
	if err == nil || !strings.Contains(output, "violates PodSecurity") {
		first.t.Errorf("the pod was not refused for Pod Security: %v\n%s", err, output)
	}
}

func logsAndExecWork(first, _ cluster) {
	if output := first.must("kubectl", "-n", "smoke", "logs", "deployment/web"); output != "serving" {
		first.t.Errorf("unexpected log %q", output)
	}
	if output := first.must("kubectl", "-n", "smoke", "exec", "deployment/web", "--", "/busybox", "id", "-u"); output != "65532" {
		first.t.Errorf("the pod runs as %q", output)
	}
}

func serviceHasAName(first, _ cluster) {
	// The pod reaches itself through the Service's address, too.
	fetch := []string{"kubectl", "-n", "smoke", "exec", "deployment/web", "--", "/fetch", "http://web/"}
	first.until(contains(page), fetch...)
	first.until(contains(page), "curl", "--silent", "--max-time", "5", "http://web.smoke.svc.cluster.local/")
	if output, err := first.run("curl", "--silent", "--max-time", "5", "http://no.smoke.svc.cluster.local/"); err == nil {
		first.t.Errorf("a Service that does not exist answered %q", output)
	}
}

// cronJobIsPlanned names the hour, which only Saigon's clock makes come true soon.
func cronJobIsPlanned(first, _ cluster) {
	saigon, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		first.t.Fatal(err)
	}
	due := time.Now().Add(10 * time.Second).Truncate(time.Minute).Add(time.Minute).In(saigon)
	if output, err := first.apply("cronjob.yaml", "SCHEDULE", due.Format("4 15 * * *")); err != nil {
		first.t.Fatal(output)
	}
}

func cronJobHasFired(first, _ cluster) {
	first.until(contains("1"), "kubectl", "-n", "smoke", "get", "jobs", "-o", "jsonpath={.items[*].status.succeeded}")
	job := first.must("kubectl", "-n", "smoke", "get", "jobs", "-o", "name")
	if output := first.must("kubectl", "-n", "smoke", "logs", job); !strings.Contains(output, page) {
		first.t.Errorf("the job saw %q", output)
	}
}

func serviceCanBeOpened(first, _ cluster) {
	address := freeAddress(first.t)
	if output, err := program("forward", "--name", first.name, "--listen", address, "--to", "web.smoke:80"); err != nil {
		first.t.Fatalf("%v\n%s", err, output)
	}
	response, err := http.Get("http://" + address + "/")
	if err != nil {
		first.t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); !strings.Contains(string(body), page) {
		first.t.Errorf("the Service answered %q", body)
	}
	if output, err := program("forward", "--name", first.name, "--listen", freeAddress(first.t), "--to", "nobody.smoke:80"); err == nil {
		first.t.Errorf("a Service that does not exist was opened: %s", output)
	}
}

func freeAddress(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func statusesPassThrough(first, _ cluster) {
	for line, want := range map[string]string{"exit 7": "exit status 7", "kill -TERM $$": "exit status 143"} {
		if _, err := first.run("sh", "-c", line); err == nil || err.Error() != want {
			first.t.Errorf("%q ended with %v instead of %s", line, err, want)
		}
	}
	here, err := os.Getwd()
	if err != nil {
		first.t.Fatal(err)
	}
	if got := first.must("pwd"); got != here {
		first.t.Errorf("the working directory became %s", got)
	}
}

func auditLogNamesUsers(first, _ cluster) {
	file, err := os.Open(first.state().AuditLog())
	if err != nil {
		first.t.Fatal(err)
	}
	defer file.Close()
	creations := 0
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct {
			Stage, Verb string
			User        struct{ Username string }
			ObjectRef   struct{ Resource, Namespace, Name string }
		}
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			first.t.Fatal(err)
		}
		if event.Stage != "ResponseComplete" && event.Stage != "Panic" {
			first.t.Errorf("unexpected stage %s", event.Stage)
		}
		if event.User.Username == "kubernetes-admin" && event.Verb == "create" && event.ObjectRef.Resource == "deployments" {
			creations++
		}
	}
	if creations != 1 {
		first.t.Errorf("the log has %d creations of a Deployment by the administrator instead of 1", creations)
	}
}

func clustersAreSeparate(first, second cluster) {
	first.must("kubectl", "get", "namespace", "smoke")
	if output, err := second.run("kubectl", "get", "namespace", "smoke"); err == nil {
		second.t.Errorf("the other cluster has the namespace, too: %s", output)
	}
}

func upIsIdempotent(first, second cluster) {
	again, err := program("up", "--name", first.name)
	if err != nil || !strings.Contains(again, "already running") {
		first.t.Fatalf("%v\n%s", err, again)
	}
	first.must("kubectl", "get", "namespace", "smoke")
	second.must("kubectl", "create", "namespace", "old")
	if output, err := program("up", "--name", second.name, "--fresh"); err != nil {
		second.t.Fatalf("%v\n%s", err, output)
	}
	if output, err := second.run("kubectl", "get", "namespace", "old"); err == nil {
		second.t.Errorf("the fresh cluster still has the namespace: %s", output)
	}
}

func componentsAreRestarted(_, second cluster) {
	second.must("sh", "-c", "kill -KILL $(pgrep -f '^dpo-cluster kube-scheduler')")
	second.until(contains("kube-scheduler"), "pgrep", "-fa", "^dpo-cluster kube-scheduler")
	log, err := os.ReadFile(second.state().Log("supervisor"))
	if err != nil || !strings.Contains(string(log), "kube-scheduler ended") {
		second.t.Errorf("the supervisor did not note the end: %v %s", err, log)
	}
}

// downRefusesMounts also shows that count sees a mount.
func downRefusesMounts(_, second cluster) {
	point := second.state().Path("volumes", "planted")
	if err := os.MkdirAll(point, 0o755); err != nil {
		second.t.Fatal(err)
	}
	if err := unix.Mount("planted", point, "tmpfs", 0, ""); err != nil {
		second.t.Fatal(err)
	}
	output, err := program("down", "--name", second.name)
	seen := count(second, "").mounts
	if err := unix.Unmount(point, 0); err != nil {
		second.t.Fatal(err)
	}
	if err == nil || !strings.Contains(output, point) {
		second.t.Errorf("the mount was not refused: %v\n%s", err, output)
	}
	if seen != 1 {
		second.t.Errorf("%d mounts were seen instead of 1", seen)
	}
	if output, err := program("up", "--name", second.name); err != nil {
		second.t.Errorf("the cluster did not start again with what it had: %v\n%s", err, output)
	}
	second.must("kubectl", "get", "namespace", "default")
}

// downLeavesNothing counts before and after, so that the counts after are known
// to see something.
func downLeavesNothing(first, second cluster) {
	for _, one := range []cluster{first, second} {
		network := leftovers.Network(one.state().Process())
		before := count(one, network)
		if before.processes == 0 || before.groups == 0 || before.files == 0 {
			one.t.Errorf("a running cluster must have processes, control groups and files: %+v", before)
		}
		if output, err := program("down", "--name", one.name); err != nil {
			one.t.Fatalf("%v\n%s", err, output)
		}
		if after := count(one, network); after != (remains{}) {
			one.t.Errorf("cluster %s left %+v of %+v", one.name, after, before)
		}
		fmt.Printf("cluster %s had %+v\n", one.name, before)
	}
}

type remains struct{ processes, mounts, groups, files int }

func count(c cluster, network string) remains {
	groups, err := cgroups.Remaining(c.name)
	if err != nil {
		c.t.Fatal(err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		c.t.Fatal(err)
	}
	entries, _ := os.ReadDir(c.state().Directory)
	return remains{
		processes: len(leftovers.ProcessesIn(network)),
		mounts:    strings.Count(string(mounts), c.name),
		groups:    len(groups),
		files:     len(entries),
	}
}
