# Builds one static binary and puts it, alone, into an empty image.
#
#   docker build -t broadsheet .
#   docker run -p 8080:8080 -v broadsheet:/data -e BROADSHEET_BASE_URL=https://news.example broadsheet
#
# Without the site's public address the server starts, warns, and "broadsheet doctor" names it.
# Secrets come in files: -e BROADSHEET_SMTP_FILE=/run/secrets/smtp.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY handlers handlers
COPY models models
COPY public public
COPY views views
# SQLite is C, so the C library is linked in; the tags keep out what would load shared
# libraries at run time, and put the time zones in.
RUN CGO_ENABLED=1 go build -trimpath -tags 'netgo osusergo sqlite_omit_load_extension timetzdata' -ldflags '-s -w -linkmode external -extldflags "-static"' -o /out/broadsheet ./cmd/broadsheet
RUN mkdir -p /out/data

FROM scratch
# The certificates are for sending mail.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/broadsheet /broadsheet
COPY --from=build --chown=65532:65532 /out/data /data
# There is no /tmp; SQLite sorts large results in the volume.
ENV SQLITE_TMPDIR=/data TMPDIR=/data
WORKDIR /data
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --start-interval=1s CMD ["/broadsheet", "health", "--addr", "127.0.0.1:8080"]
ENTRYPOINT ["/broadsheet"]
CMD ["serve", "--addr", "0.0.0.0:8080", "--data", "/data"]
