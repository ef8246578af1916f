package image

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func TestAnImageIsTheSameBytesWheneverItIsWritten(t *testing.T) {
	folder := t.TempDir()
	program := filepath.Join(folder, "program")
	write(t, program, "a program", 0o700)
	description := Description{
		Tag: "dpo/example:dev", Entrypoint: []string{"/program"}, User: "65532",
		Contents: []Content{{program, "/program"}},
	}
	first, second := filepath.Join(folder, "1.tar"), filepath.Join(folder, "2.tar")
	if err := Write(description, first); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(48 * time.Hour)
	if err := os.Chtimes(program, later, later); err != nil {
		t.Fatal(err)
	}
	if err := Write(description, second); err != nil {
		t.Fatal(err)
	}
	one, _ := os.ReadFile(first)
	two, _ := os.ReadFile(second)
	if len(one) == 0 || !bytes.Equal(one, two) {
		t.Error("the two files differ")
	}
}

func TestAnImageSaysWhatToRunAndAsWhom(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "program"), "a program", 0o755)
	output := filepath.Join(folder, "image.tar")
	err := Write(Description{
		Tag: "dpo/example:dev", Entrypoint: []string{"/program"}, User: "65532", Environment: []string{"A=b"},
		Contents: []Content{{filepath.Join(folder, "program"), "/program"}},
	}, output)
	if err != nil {
		t.Fatal(err)
	}
	image, err := tarball.ImageFromPath(output, nil)
	if err != nil {
		t.Fatal(err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if file.Config.User != "65532" || !slices.Equal(file.Config.Entrypoint, []string{"/program"}) || !slices.Equal(file.Config.Env, []string{"A=b"}) {
		t.Errorf("unexpected configuration %+v", file.Config)
	}
}

func TestFoldersAreSortedWithTheirParentsAndModes(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "web", "b.js"), "b", 0o600)
	write(t, filepath.Join(folder, "web", "a", "run"), "a", 0o700)
	content, err := archive([]Content{{filepath.Join(folder, "web"), "/srv/web"}})
	if err != nil {
		t.Fatal(err)
	}
	type entry struct {
		name string
		mode int64
	}
	var got []entry
	reader := tar.NewReader(bytes.NewReader(content))
	for {
		header, err := reader.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.ModTime.Unix() != 0 {
			t.Errorf("%s belongs to %d and is dated %s", header.Name, header.Uid, header.ModTime)
		}
		got = append(got, entry{header.Name, header.Mode})
	}
	want := []entry{{"srv/", 0o755}, {"srv/web/", 0o755}, {"srv/web/a/", 0o755}, {"srv/web/a/run", 0o755}, {"srv/web/b.js", 0o644}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestContentsNeedAnAbsoluteDestination(t *testing.T) {
	for _, text := range []string{"", "a", "a=", "a=b", "=/b"} {
		if _, err := ParseContent(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	if got, err := ParseContent("a=/b/"); err != nil || got != (Content{"a", "/b"}) {
		t.Errorf("got %v, %v", got, err)
	}
}
