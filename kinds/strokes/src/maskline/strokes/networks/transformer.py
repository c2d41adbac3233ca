"""One layer of a transformer whose attention can be told of pairs: pre-norm (Xiong et al. 2020), GELU."""

from torch import Tensor, nn
from torch.nn import functional


class Layer(nn.Module):
    """Attention with a bias per pair and head, then two linear maps."""

    def __init__(self, width: int, heads: int, feed_forward: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_maps = nn.LayerNorm(width), nn.LayerNorm(width)
        self.queries_keys_values, self.joined = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, feed_forward), nn.Linear(feed_forward, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor, bias: Tensor) -> Tensor:
        """Return the tokens, (B, T, D), after the layer.

        bias: (B, heads or 1, T, T), added to the attention's logits.
        """
        sketches, count, width = tokens.shape
        split = self.queries_keys_values(self.before_attention(tokens))
        queries, keys, values = split.reshape(sketches, count, 3, self.heads, width // self.heads).permute(
            2, 0, 3, 1, 4
        )
        heard = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=bias.to(queries.dtype))
        tokens = tokens + self.dropout(self.joined(heard.transpose(1, 2).reshape(sketches, count, width)))
        mapped = self.narrow(functional.gelu(self.wide(self.before_maps(tokens))))
        found: Tensor = tokens + self.dropout(mapped)
        return found
