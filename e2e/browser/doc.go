// Package browser opens what attrgate writes for browsers in a real one, Chromium. Its tests
// need the Debian package chromium; with -short they are left out. ATTRGATE_SCREENSHOTS names
// a folder for pictures of what they saw.
package browser
