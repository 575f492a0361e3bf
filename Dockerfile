# The released program and the authorities it trusts; nothing else. For both architectures:
#
#   docker buildx build --platform linux/amd64,linux/arm64 -t lakewarden .
#
# As it is it serves what AgentCore Runtime asks for: port 8000 on all addresses, no sessions of its own. Who may call is set with
# variables (LAKEWARDEN_COGNITO_USER_POOL and so on, docs/settings.md). As a server on stdio: docker run -i lakewarden stdio
FROM --platform=$BUILDPLATFORM debian:bookworm-slim AS build
ARG TARGETARCH
WORKDIR /src
COPY . .
RUN case $TARGETARCH in \
        amd64) arch=x86_64 ;; \
        arm64) arch=aarch64 ;; \
        *) echo "no program for $TARGETARCH" >&2 && exit 1 ;; \
    esac && \
    ./dev release $arch && \
    install -D build-release/$arch/lakewarden /image/usr/local/bin/lakewarden && \
    install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt && \
    install -D -m 644 LICENSE /image/usr/share/doc/lakewarden/LICENSE

FROM scratch
LABEL io.modelcontextprotocol.server.name="io.github.lakewarden/lakewarden"
COPY --from=build /image/ /
USER 65532:65532
EXPOSE 8000
ENTRYPOINT ["/usr/local/bin/lakewarden"]
CMD ["http", "--listen", "0.0.0.0:8000", "--stateless"]
