# The service in an image of its own: the program, and nothing it does not need.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches stay with the builder, so that a change of the code builds the code alone.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package ropa \
    && cp target/release/ropa /usr/local/bin/ropa

FROM debian:12.11-slim
# The place of an embedded database, should there be no other: mount something here to keep it.
RUN useradd --system --uid 10001 --user-group --no-create-home ropa \
    && install --directory --owner ropa --group ropa /var/lib/ropa
COPY --from=build /usr/local/bin/ropa /usr/local/bin/ropa
USER 10001:10001
WORKDIR /var/lib/ropa
ENV ROPA_DATABASE__URL=sqlite:///var/lib/ropa/ropa.db
# It listens on the container's own loopback until it is told otherwise: see docker-compose.yml.
EXPOSE 7421 7422
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["ropa", "health"]
ENTRYPOINT ["ropa"]
CMD ["serve"]
