# The suite's workhorse: upstream's agnhost program over Debian's tools, in place of Alpine's that the public image has.
FROM debian:bookworm-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends bind9-dnsutils ca-certificates curl iperf iproute2 netcat-openbsd socat \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir /uploads \
 && useradd -u 1000 user-defined-in-image \
 && groupadd -g 50000 group-defined-in-image \
 && usermod -aG group-defined-in-image user-defined-in-image
COPY localhost.crt localhost.key /
COPY coredns /coredns
COPY agnhost /agnhost
RUN ln -s agnhost /agnhost-2
ENTRYPOINT ["/agnhost"]
CMD ["pause"]
