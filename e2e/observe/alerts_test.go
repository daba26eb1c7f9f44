package observe

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var folder = filepath.Join(root, "deploy", "prometheus")

func promtool(t *testing.T, args ...string) {
	t.Helper()
	check := exec.Command(tool(t, "promtool"), args...)
	check.Dir = folder
	if output, err := check.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

func TestTheAlertRulesAreValid(t *testing.T) {
	promtool(t, "check", "rules", "alerts.yaml")
}

func TestTheAlertsFireWhenTheyShould(t *testing.T) {
	promtool(t, "test", "rules", "alerts.test.yaml")
}

// TestEveryAlertIsTested wants a series that fires each of them.
func TestEveryAlertIsTested(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join(folder, "alerts.yaml"))
	must(t, err)
	tests, err := os.ReadFile(filepath.Join(folder, "alerts.test.yaml"))
	must(t, err)
	alerts := regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(string(rules), -1)
	for _, alert := range alerts {
		if !strings.Contains(string(tests), "alertname: "+alert[1]+"\n        exp_alerts:\n") {
			t.Errorf("nothing fires %s", alert[1])
		}
	}
	if len(alerts) == 0 {
		t.Error("no alerts")
	}
}
