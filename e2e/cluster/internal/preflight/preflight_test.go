package preflight

import (
	"slices"
	"testing"
)

func TestMissingPackagesAreNamed(t *testing.T) {
	got := missingFrom([]requirement{{"coreutils", "/bin/true"}, {"unheard-of", "/nowhere"}})
	if !slices.Equal(got, []string{"unheard-of"}) {
		t.Errorf("got %v", got)
	}
}
