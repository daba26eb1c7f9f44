// Package bench measures the gate beside what a user would pick instead. Its tests are the
// benchmarks, and the guard that keeps the gate as cheap as it is; the commands below write
// the tables. README.md says how to repeat everything.
package bench
