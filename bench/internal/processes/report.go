package processes

import (
	"fmt"
	"strings"

	"github.com/attrgate/attrgate/bench/internal/chart"
	"github.com/attrgate/attrgate/bench/internal/page"
	"github.com/attrgate/attrgate/bench/internal/peer"
	"github.com/attrgate/attrgate/bench/internal/stat"
)

func throughput(r Round) float64 { return r.Throughput }
func cpu(r Round) float64        { return r.CPU }
func p50(r Round) float64        { return r.P50 }
func p99(r Round) float64        { return r.P99 }
func resident(r Round) float64   { return r.Resident }

// values takes one number of each round.
func values(rounds []Round, of func(Round) float64) []float64 {
	numbers := make([]float64, 0, len(rounds))
	for _, r := range rounds {
		numbers = append(numbers, of(r))
	}
	return numbers
}

// rounds returns the rounds of a peer; none if it is not there.
func (r Results) rounds(name string) []Round {
	for _, o := range r.Outcomes {
		if o.Peer.Name == name {
			return o.Rounds
		}
	}
	return nil
}

// ratio is the median of the rounds' ratios to another peer; "–" if there is none.
func (r Results) ratio(o *Outcome, to string, of func(Round) float64) string {
	ratios := stat.Ratios(values(o.Rounds, of), values(r.rounds(to), of))
	if len(ratios) == 0 {
		return "–"
	}
	return stat.Text(stat.Median(ratios))
}

// over is the median of the rounds' differences in CPU to the same server without a guard.
func (r Results) over(o *Outcome) string {
	if len(r.rounds(o.Peer.Base)) == 0 {
		return "–"
	}
	return fmt.Sprintf("%+.1f", stat.Median(stat.Differences(values(o.Rounds, cpu), values(r.rounds(o.Peer.Base), cpu))))
}

// Report writes what Run found.
func Report(r Results, o Options) *page.Section {
	s := page.New("As processes")
	s.Say("The same PUT over %d connections, each peer a process of its own on loopback with the same backend. Every peer first let "+
		"the request pass and refused what it claims to refuse. CPU is user and system time of the peer and its children from /proc, "+
		"the load generator's and the backend's not included; throughput shares the processors with both. Medians of up to %d rounds in turns of %s; "+
		"ratios are medians of the rounds' ratios.", o.Connections, o.Rounds, o.Turn)
	s.Command(fmt.Sprintf("cd bench && GOWORK=off go run ./compare -rounds %d -seconds %g", o.Rounds, o.Turn.Seconds()))
	r.closed(s)
	r.open(s, o)
	r.commands(s)
	r.skipped(s)
	return s
}

func (r Results) closed(s *page.Section) {
	var rows [][]string
	var costs, rates []chart.Bar
	for _, o := range r.Outcomes {
		if len(o.Rounds) == 0 {
			continue
		}
		number := func(of func(Round) float64) string { return stat.Text(stat.Median(values(o.Rounds, of))) }
		perSecond := stat.Median(values(o.Rounds, cpu))
		if perSecond > 0 {
			perSecond = 1e6 / perSecond
		}
		rows = append(rows, []string{
			o.Peer.Name, o.Peer.Does.String(),
			r.ratio(o, peer.BareTraefik, throughput), r.ratio(o, peer.GoProxy, throughput),
			number(cpu), r.over(o), fmt.Sprintf("%.0f", perSecond),
			fmt.Sprintf("%.0f", stat.Median(values(o.Rounds, throughput))),
			number(p50), number(p99), fmt.Sprintf("%.0f", stat.Median(values(o.Rounds, resident))), fmt.Sprint(failures(o.Rounds)),
		})
		costs = append(costs, bar(o, cpu))
		rates = append(rates, bar(o, throughput))
	}
	s.Table([]string{
		"", "does", "throughput / Traefik", "throughput / Go proxy", "CPU µs/request", "over the bare server, µs", "requests / CPU second",
		"requests/s", "p50 ms", "p99 ms", "RSS MiB", "failed",
	}, rows)
	s.Chart("cpu", "CPU per request", chart.Bars("CPU of the server for one request, µs", costs))
	s.Chart("throughput", "Throughput", chart.Bars("Answers a second", rates))
}

func failures(rounds []Round) (all int) {
	for _, r := range rounds {
		all += r.Failures
	}
	return all
}

func bar(o *Outcome, of func(Round) float64) chart.Bar {
	numbers := values(o.Rounds, of)
	low, high := stat.Range(numbers)
	return chart.Bar{Name: o.Peer.Name, Value: stat.Median(numbers), Low: low, High: high, Ours: strings.Contains(o.Peer.Name, "attrgate")}
}

func (r Results) open(s *page.Section, o Options) {
	var rows [][]string
	for _, outcome := range r.Outcomes {
		if len(outcome.Open) == 0 {
			continue
		}
		number := func(of func(Round) float64) string { return stat.Text(stat.Median(values(outcome.Open, of))) }
		rows = append(rows, []string{outcome.Peer.Name, number(p50), number(p99), number(cpu)})
	}
	if len(rows) == 0 {
		return
	}
	s.Say("At a fixed rate of %.0f requests a second. A request's time begins when it was due, so that one that had to wait for a "+
		"connection has waited. Medians of up to %d rounds.", r.Rate, o.OpenRounds)
	s.Table([]string{"", "p50 ms", "p99 ms", "CPU µs/request"}, rows)
}

func (r Results) commands(s *page.Section) {
	s.Say("How they were started, in a folder DIR each, with the files in `bench/internal/peer/files` and what " +
		"`bench/internal/peer` writes beside them:")
	var rows [][]string
	for _, o := range r.Outcomes {
		if o.Command != "" {
			rows = append(rows, []string{o.Peer.Name, o.Version, "`" + withoutFolders(o.Command) + "`"})
		}
	}
	s.Table([]string{"", "version", "command"}, rows)
}

// withoutFolders leaves the name of the program and not where it was built.
func withoutFolders(command string) string {
	program, rest, _ := strings.Cut(command, " ")
	return strings.TrimSpace(program[strings.LastIndexByte(program, '/')+1:] + " " + rest)
}

func (r Results) skipped(s *page.Section) {
	var rows [][]string
	for _, o := range r.Outcomes {
		if o.Skipped != nil {
			rows = append(rows, []string{o.Peer.Name, strings.ReplaceAll(o.Skipped.Error(), "|", "\\|")})
		}
	}
	if len(rows) > 0 {
		s.Say("Not measured, or not to the end:")
		s.Table([]string{"", "why"}, rows)
	}
}
