# The application, for docker-compose.yml. Assets are built in the image: no CDN at run time.
FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends make nodejs npm \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/recours
COPY requirements.lock pyproject.toml ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN make install && useradd --system --create-home recours && mkdir /data && chown recours /data
USER recours
ENV RECOURS_DATA_DIR=/data PATH=/srv/recours/.venv/bin:$PATH
HEALTHCHECK --interval=30s --timeout=5s \
  CMD ["python", "-c", "import httpx; httpx.get('http://127.0.0.1:8000/healthz').raise_for_status()"]
CMD ["recours", "serve", "--port", "8000"]
