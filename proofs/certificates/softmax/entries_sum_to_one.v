From Derivlab Require Import Certificate.
Open Scope R_scope.

(** entries sum to one *)
Definition p (K : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum K (fun k => exp (z k)))).
Theorem entries_sum_to_one : forall (K : nat) (z : nat -> R),
  (0 < K)%nat ->
  bsum K (fun i => p K z i) =
    1.
Proof.
  intros K z Hsize_K.
  prove_equal
    (fun d_ : nat => match d_ with | 0%nat => K | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_] => z a_ | _, _ => 0 end)
    ([0]%nat : list nat) ([0]%nat : list nat)
    ([] : list premise)
    ([] : list equation)
    ([] : list definition)
    (Sum 0 (Mul (Exp (Ten 0 [0])) (Inv (Sum 0 (Exp (Ten 0 [0]))))))%nat
    (Num 1)%nat.
Qed.
