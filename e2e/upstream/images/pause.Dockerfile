# Does nothing until it is told to end; agnhost has a command for that.
FROM registry.k8s.io/e2e-test-images/agnhost:2.66.1
ENTRYPOINT ["/agnhost", "pause"]
