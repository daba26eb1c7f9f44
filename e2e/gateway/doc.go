// Package gateway tests attrgate serve as the process that it is in production.
package gateway
