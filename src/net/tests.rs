//! Certificates and scripted servers for the adapters' tests, and the tests of what they share.
