FROM debian:bookworm-slim
COPY sample-apiserver /sample-apiserver
ENTRYPOINT ["/sample-apiserver"]
