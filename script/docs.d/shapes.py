"""Schemas as tables. A shape with a name that is an object is shown once, and linked to from where it stands."""

from html import escape

from page import inline


class Shapes:
    def __init__(self, document):
        self._document = document
        self._shown = []

    def resolved(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def _name(self, schema):
        return schema["$ref"].rsplit("/", 1)[1] if "$ref" in schema else None

    def _members(self, schema):
        """(properties, required) of an object, of all its parts."""
        schema = self.resolved(schema)
        properties, required = dict(schema.get("properties", {})), list(schema.get("required", []))
        for part in schema.get("allOf", []):
            more, needed = self._members(part)
            properties |= more
            required += needed
        return properties, required

    def _is_shape(self, schema):
        return self._name(schema) is not None and bool(self._members(schema)[0])

    def _linked(self, schema):
        name = self._name(schema)
        if name not in self._shown:
            self._shown.append(name)
        return f'<a href="#shape-{name}">{name}</a>'

    def kind(self, schema):
        """A type in a few words, as HTML."""
        if self._is_shape(schema):
            return self._linked(schema)
        schema = self.resolved(schema)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return " or ".join(self.kind(part) for part in schema[key])
        if "const" in schema:
            return f"<code>{escape(str(schema['const']))}</code>"
        if "enum" in schema:
            return " · ".join(f"<code>{'null' if word is None else escape(str(word))}</code>" for word in schema["enum"])
        kinds = schema.get("type", "object")
        kinds = [kinds] if isinstance(kinds, str) else list(kinds)
        if "array" in kinds:
            return f"list of {self.kind(schema.get('items', {}))}" + (" or null" if "null" in kinds else "")
        if kinds == ["object"] and isinstance(schema.get("additionalProperties"), dict):
            return f"object of {self.kind(schema['additionalProperties'])}"
        named = {"date-time": "time", "date": "date"}.get(schema.get("format"))
        return " or ".join(named if kind == "string" and named else kind for kind in kinds)

    def limits(self, schema):
        schema = self.resolved(schema)
        said = []
        if "default" in schema:
            said.append(f"default <code>{escape(str(schema['default']))}</code>")
        if "minimum" in schema and "maximum" in schema:
            said.append(f"{schema['minimum']:,} to {schema['maximum']:,}")
        elif schema.get("minimum"):
            said.append(f"at least {schema['minimum']:,}")
        if "maxLength" in schema:
            said.append(f"up to {schema['maxLength']:,} bytes")
        if "maxItems" in schema:
            said.append(f"up to {schema['maxItems']:,}")
        if "pattern" in schema and not self.resolved(schema).get("examples"):
            said.append(f"<code>{escape(schema['pattern'])}</code>")
        return f' <span class="quiet">{"; ".join(said)}</span>' if said else ""

    def _rows(self, schema, prefix=""):
        properties, required = self._members(schema)
        for name, member in properties.items():
            path = prefix + name
            yield path, name in required, member
            inner = self._inner(member)
            if inner is not None:
                many = "[]" if "array" in str(self.resolved(member).get("type", "")) else ""
                yield from self._rows(inner, path + many + ".")

    def _inner(self, schema):
        """The object without a name of its own that stands in a member, alone, in a list, or where it may be null."""
        for one in [schema, schema.get("items"), *schema.get("anyOf", [])]:
            if one is None or "$ref" in one:
                continue
            if one.get("properties") or one.get("allOf"):
                return one
        return None

    def fields(self, schema, isRequest=False):
        """What an object holds; for a shape that answers share, the way to it."""
        if self._is_shape(schema) and not isRequest:
            return f"<p>{self._linked(schema)}</p>"
        if not self._members(schema)[0]:
            return f"<p>{self.kind(schema)}</p>"
        head = ["field", "type", "meaning"]
        rows = []
        for path, needed, member in self._rows(schema):
            said = inline(self._said(member))
            rows.append((path + (" *" if isRequest and needed else ""), self.kind(member), said + self.limits(member)))
        note = '<p class="quiet small">* required</p>' if isRequest and any(row[0].endswith("*") for row in rows) else ""
        return self.table(head, rows) + note

    def _said(self, schema):
        if "description" in schema:
            return schema["description"]
        return "" if self._is_shape(schema) else self.resolved(schema).get("description", "")

    def table(self, head, rows):
        """`rows`: the first cell is a name, the others are HTML."""
        cells = "".join(f'<th scope="col">{name}</th>' for name in head)
        lines = "".join(
            f'<tr><th scope="row"><code>{escape(row[0])}</code></th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>"
            for row in rows
        )
        return f'<div class="wide" tabindex="0" role="group" aria-label="Table"><table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>'

    def sections(self):
        """Every shape that was linked to, and those that these link to."""
        made = {}
        while any(name not in made for name in self._shown):
            for name in list(self._shown):
                if name not in made:
                    schema = self._document["components"]["schemas"][name]
                    said = f"<p>{inline(schema['description'])}</p>" if "description" in schema else ""
                    made[name] = f'<section class="panel" id="shape-{name}"><h3>{name}</h3>{said}{self.fields(schema)}</section>'
        return [made[name] for name in sorted(made)]
