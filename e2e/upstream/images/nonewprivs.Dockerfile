# Tells its effective user; the program is set-user-ID root, which allowPrivilegeEscalation: false must take away.
FROM debian:bookworm-slim
COPY agnhost /usr/local/bin/nnp
RUN chmod u+s /usr/local/bin/nnp
CMD ["nnp", "nonewprivs"]
