FROM debian:bookworm-slim
COPY etcd /usr/local/bin/etcd
CMD ["etcd"]
