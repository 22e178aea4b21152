{{ canonical('changes', happens=true) }}
