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

// ratio is the median of the rounds' ratios of two peers; NaN if one is not there.
func (r Results) ratio(of, to string, what func(Round) float64) float64 {
	return stat.Median(stat.Ratios(values(r.rounds(of), what), values(r.rounds(to), what)))
}

// over is the median of the rounds' differences in CPU; NaN if one is not there.
func (r Results) over(of, base string) float64 {
	return stat.Median(stat.Differences(values(r.rounds(of), cpu), values(r.rounds(base), cpu)))
}

// aims are goals of the project that these tables decide.
func (r Results) aims() []page.Aim {
	return []page.Aim{
		{What: peer.Gateway + ": throughput / " + peer.GoProxy, Least: 0.97, Found: r.ratio(peer.Gateway, peer.GoProxy, throughput)},
		{What: peer.Gateway + ": p99 / " + peer.GoProxy, Most: 1.05, Found: r.ratio(peer.Gateway, peer.GoProxy, p99)},
		{What: peer.Plugin + ": CPU over " + peer.PassThrough + ", µs", Most: 35, Found: r.over(peer.Plugin, peer.PassThrough)},
		{What: peer.Plugin + ": throughput / " + peer.BareTraefik, Least: 0.72, Found: r.ratio(peer.Plugin, peer.BareTraefik, throughput)},
		{What: peer.Plugin + ": throughput / " + peer.AgileZebra, Least: 5, Found: r.ratio(peer.Plugin, peer.AgileZebra, throughput)},
		{What: peer.Plugin + ": throughput / " + peer.TeamCarepay, Least: 1.4, Found: r.ratio(peer.Plugin, peer.TeamCarepay, throughput)},
		{What: peer.NginxJS + ": CPU / " + peer.Gateway, Least: 1, Found: r.ratio(peer.NginxJS, peer.Gateway, cpu)},
		{What: peer.ApacheOAuth + ": CPU / " + peer.Gateway, Least: 1, Found: r.ratio(peer.ApacheOAuth, peer.Gateway, cpu)},
		{What: peer.CaddyJWT + ": CPU / " + peer.Gateway, Least: 1, Found: r.ratio(peer.CaddyJWT, peer.Gateway, cpu)},
		{What: peer.KrakenD + ": CPU / " + peer.Gateway, Least: 1, Found: r.ratio(peer.KrakenD, peer.Gateway, cpu)},
	}
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
	s.Aims(r.aims())
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
			stat.Text(r.ratio(o.Peer.Name, peer.BareTraefik, throughput)), stat.Text(r.ratio(o.Peer.Name, peer.GoProxy, throughput)),
			number(cpu), stat.Text(r.over(o.Peer.Name, o.Peer.Base)), fmt.Sprintf("%.0f", perSecond),
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
	s.Say("How they were started, each in a folder DIR of its own, with the files in `bench/internal/peer/files` and what " +
		"`bench/internal/peer` writes beside them:")
	var rows [][]string
	for _, o := range r.Outcomes {
		if o.Command != "" {
			rows = append(rows, []string{o.Peer.Name, o.Version, "`" + o.Command + "`"})
		}
	}
	s.Table([]string{"", "version", "command"}, rows)
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
