-- Calendars put in force after the build, and what moved because of them.

CREATE TABLE calendar_file (
    kind         text        NOT NULL CHECK (kind IN ('year', 'region')),
    key          text        NOT NULL,
    version      int         NOT NULL,
    content      text        NOT NULL,
    source       text        NOT NULL,
    published_by text        NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (kind, key, version)
);
COMMENT ON TABLE calendar_file IS 'notices of years and own days of regions, over those compiled in; never changed, only followed by a higher version';
COMMENT ON COLUMN calendar_file.key IS 'the year, or the region code';
COMMENT ON COLUMN calendar_file.content IS 'JSON as deploy/calendars/README.md describes it';
COMMENT ON COLUMN calendar_file.source IS 'address of the notice, or who set the days';

CREATE TABLE recomputation (
    recomputation_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause            text        NOT NULL CHECK (cause IN ('calendar', 'pack')),
    subject          text        NOT NULL,
    revision         int         NOT NULL,
    done_through     uuid,
    looked_at        bigint      NOT NULL DEFAULT 0,
    moved            bigint      NOT NULL DEFAULT 0,
    asked_by         text        NOT NULL,
    asked_at         timestamptz NOT NULL,
    done_at          timestamptz,
    UNIQUE (cause, subject)
);
COMMENT ON TABLE recomputation IS 'running limits reckoned anew, a batch at a time; goes on where it stopped';
COMMENT ON COLUMN recomputation.subject IS 'calendar: kind, key and version; pack: id and version';
COMMENT ON COLUMN recomputation.done_through IS 'the last case looked at';
COMMENT ON COLUMN recomputation.looked_at IS 'limits not at their end that were reckoned';
