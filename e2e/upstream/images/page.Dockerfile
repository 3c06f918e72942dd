# nautilus and kitten: agnhost serving a page of its own.
FROM registry.k8s.io/e2e-test-images/agnhost:2.66.1
COPY data.json /data.json
CMD ["test-webserver"]
