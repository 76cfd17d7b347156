-- What an account chose about the look and feel of the desk, such as a compact list.
CREATE TABLE desk_choices (
  user_id BIGINT NOT NULL,
  name    TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY (user_id, name)
);
