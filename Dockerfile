# hipcv with the therapist's desk, as a user without rights. Nothing is contacted at run time:
#   docker build --tag hipcv .
#   docker run --rm --network none --user "$(id -u)" --volume "$PWD:/clips" hipcv analyze my-clip.mp4
FROM python:3.13-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.lock /tmp/
RUN pip install --no-cache-dir --require-hashes --no-deps -r /tmp/requirements.lock
COPY . /tmp/hipcv
RUN pip install --no-cache-dir --no-deps --no-build-isolation /tmp/hipcv && rm -rf /tmp/hipcv \
    && useradd --create-home --uid 1000 hipcv
USER hipcv
WORKDIR /clips
ENTRYPOINT ["hipcv"]
CMD ["--help"]
