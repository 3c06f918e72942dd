FROM busybox:latest
USER 1234
