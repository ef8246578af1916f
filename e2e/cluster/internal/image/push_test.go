package image

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func TestPushKeepsNameTagAndEntrypoint(t *testing.T) {
	server := httptest.NewServer(registry.New())
	defer server.Close()
	tar := filepath.Join(t.TempDir(), "api.tar")
	if err := Write(Description{Tag: "dpo/api:dev", Entrypoint: []string{"/dpo-api"}}, tar); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(server.URL, "http://")
	reference, err := Push(context.Background(), tar, host+"/team/")
	if err != nil {
		t.Fatal(err)
	}
	if want := host + "/team/dpo/api:dev"; reference != want {
		t.Fatalf("pushed to %s, not to %s", reference, want)
	}
	tag, err := name.NewTag(reference)
	if err != nil {
		t.Fatal(err)
	}
	pulled, err := remote.Image(tag)
	if err != nil {
		t.Fatal(err)
	}
	file, err := pulled.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Config.Entrypoint) != 1 || file.Config.Entrypoint[0] != "/dpo-api" {
		t.Fatalf("the entrypoint became %v", file.Config.Entrypoint)
	}
}
