// A colour said twice in the same words is read once: reading them is half of what axe does.
(() => {
  const { Color } = axe.commons.color;
  const read = Color.prototype.parseString;
  const known = new Map();
  Color.prototype.parseString = function (words) {
    const found = known.get(words);
    if (found) {
      [this.r, this.g, this.b, this.alpha] = found;
    } else {
      read.call(this, words);
      known.set(words, [this.r, this.g, this.b, this.alpha]);
    }
    return this;
  };
})();
